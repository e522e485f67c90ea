// ../../work/h/me/dist/shared/errors.js
/**
* Every failure that reaches a caller is a `SyncError`: a stable `code` to act on, a message that says what to do,
* the failing operation's `data`, and the `cause`.
*/
var SyncError = class extends Error {
	name = "SyncError";
	code;
	data;
	constructor(code, message, options = {}) {
		super(message, options.cause === void 0 ? void 0 : { cause: options.cause });
		this.code = code;
		this.data = options.data ?? {};
	}
};
const errorBody = (error) => error instanceof SyncError ? {
	code: error.code,
	message: error.message
} : {
	code: "INTERNAL",
	message: error instanceof Error ? error.message : String(error)
};
const hasCode = (error, code) => error instanceof SyncError && error.code === code;
/** @throws SyncError `ABORTED` when the signal has fired */
function throwIfAborted(signal) {
	if (!signal?.aborted) return;
	if (signal.reason instanceof SyncError) throw signal.reason;
	throw new SyncError("ABORTED", "Stopped before it was done. Nothing is lost; run it again to go on.", { cause: signal.reason });
}

export { throwIfAborted as i, errorBody as n, hasCode as r, SyncError as t };