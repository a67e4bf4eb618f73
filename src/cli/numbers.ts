import { InvalidArgumentError } from "commander";

export function whole(text: string): number {
  if (!/^-?\d+$/u.test(text)) throw new InvalidArgumentError("it must be a whole number");
  return Number(text);
}

export function positive(text: string): number {
  const count = whole(text);
  if (count < 1 || count > 1000) throw new InvalidArgumentError("it must be between 1 and 1000");
  return count;
}

export function portNumber(text: string): number {
  const port = whole(text);
  if (port < 0 || port > 65_535) throw new InvalidArgumentError("it must be between 0 and 65535");
  return port;
}
