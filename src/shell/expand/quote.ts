/** A text as it must be typed to mean itself, as `set` and `export` print it. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
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
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
