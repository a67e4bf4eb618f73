/** Why a webhook or another API server gave no answer, in the words of Go's HTTP client. */
export class CallError extends Error {}

/** It took longer than it may. */
export class LateError extends CallError {}
