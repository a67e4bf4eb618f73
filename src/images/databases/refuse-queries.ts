/** What the simulated databases say instead of running a query. */
export const noQueries = "this simulated database takes connections but runs no queries";
