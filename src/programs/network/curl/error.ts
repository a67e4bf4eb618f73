/** A transfer that failed, with curl's exit code and words. https://curl.se/docs/manpage.html#EXIT */
export class CurlError extends Error {
  readonly exitCode: number;
  /** Said first, unless curl is silent. */
  readonly warning: string | undefined;

  constructor(exitCode: number, message: string, warning?: string) {
    super(message);
    this.exitCode = exitCode;
    this.warning = warning;
  }
}
