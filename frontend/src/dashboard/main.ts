/** Mounts the administrators' page of workers on the element that the server's template provides. */
import "./ui/language";
import { mount } from "svelte";
import "../styles/fonts.css";
import "../styles/tokens.css";
import "../styles/base.css";
import { Preferences } from "../state/preferences.svelte";
import { Dashboard } from "./state/dashboard.svelte";
import { Deeds } from "./state/deeds.svelte";
import DashboardPage from "./ui/DashboardPage.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("The page has no #app element");

const preferences = new Preferences();
preferences.applyTheme();
const dashboard = new Dashboard();
const deeds = new Deeds((id) => dashboard.find(id));
mount(DashboardPage, { target, props: { dashboard, deeds, preferences } });
dashboard.start();
