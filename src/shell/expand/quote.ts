/** A text as it must be typed to mean itself, as `set` and `export` print it: runs of quotes in double ones. */
export function quoteForShell(text: string): string {
  const quoted = `'${text.replace(/'+/g, `'"$&"'`)}'`;
  return quoted.endsWith(`"''`) ? quoted.slice(0, -2) : quoted;
}

/** The same as bash prints it. */
export function quoteWithEscapes(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The same with backslashes, as bash's `printf %q` does. */
export function quoteWithBackslashes(text: string): string {
  if (text === "") return "''";
  if (/[\x00-\x1f\x7f]/.test(text))
    return `$'${text.replace(/[\\']/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, "\\t")}'`;
  return text.replace(/[^\w@%+=:,./\u0080-\uffff-]/g, "\\$&");
}

/** The same in bash's way: nothing when it is plain. */
export function quoteIfNeeded(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoteWithEscapes(text);
}

/** The same in busybox's way: an empty text is shown as nothing. */
export function quoteAsBusybox(text: string): string {
  return /^[+-:@-Z\]^_a-z]*$/.test(text) ? text : quoteForShell(text);
}
