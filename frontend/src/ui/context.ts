/** The page's state for every component below. */
import { createContext } from "svelte";
import type { App } from "../state/app.svelte";

export const [getApp, setApp] = createContext<App>();
