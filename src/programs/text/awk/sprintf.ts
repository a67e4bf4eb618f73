import { byteCharacter } from "../../../runtime/text.ts";
import { formatNumber } from "../../format.ts";
import type { Machine } from "./machine.ts";
import { toNumber, type Value } from "./value.ts";

/** What `sprintf` and `printf` make of a format and its values; missing ones are empty. */
export function sprintf(machine: Machine, format: string, values: readonly Value[]): string {
  let at = 0;
  const next = () => values[at++] ?? "";
  return format.replace(
    /%(?:%|([-+ 0#]*)(\*|\d*)(?:\.(\*|-?\d*))?[hlLqjzt]*([a-zA-Z]))/gu,
    (whole, ...parts: (string | undefined)[]) => {
      const [flags = "", width = "", precision, letter = ""] = parts;
      if (whole === "%%") return "%";
      const conversion = {
        flags,
        width: width === "*" ? toNumber(next()) : Number(width),
        precision: precision === "*" ? toNumber(next()) : precision === undefined ? undefined : Number(precision),
        letter,
      };
      if (letter === "s") return formatNumber(conversion, machine.text(next()));
      if (letter === "c") return formatNumber({ ...conversion, letter: "s" }, character(machine, next()));
      return "diouxXeEfFgG".includes(letter) ? formatNumber(conversion, toNumber(next())) : whole;
    },
  );
}

function character(machine: Machine, value: Value): string {
  if (typeof value === "number") {
    const code = Math.max(0, Math.min(Math.trunc(value) || 0, 0x10ffff));
    return code < 256 ? byteCharacter(code) : String.fromCodePoint(code);
  }
  return Array.from(machine.text(value))[0] ?? "";
}
