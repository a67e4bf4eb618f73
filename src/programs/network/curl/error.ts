/** A transfer that failed, with curl's exit code and words. https://curl.se/docs/manpage.html#EXIT */
export class CurlError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
