/** Why a webhook or another API server gave no answer, in the words of Go's HTTP client. */
export class CallError extends Error {}
