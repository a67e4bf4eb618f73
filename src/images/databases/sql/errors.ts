/** A refusal, numbered and worded as MySQL does. https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html */
export class SqlError extends Error {
  readonly code: number;
  readonly state: string;

  constructor(code: number, state: string, message: string) {
    super(message);
    this.code = code;
    this.state = state;
  }
}

export function syntaxError(rest: string): SqlError {
  const advice = "check the manual that corresponds to your MySQL server version for the right syntax to use";
  return new SqlError(1064, "42000", `You have an error in your SQL syntax; ${advice} near '${rest}' at line 1`);
}

export function notSupported(what: string): SqlError {
  return new SqlError(1235, "42000", `This version of MySQL doesn't yet support '${what}'`);
}
