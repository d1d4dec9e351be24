/** What the server says of its workers and answers to an administrator. */
export type * from "../../protocol/workers.gen";

/** How much of the past a chart shows: seconds of an hour, or minutes of a week. */
export type Span = "hour" | "week";
