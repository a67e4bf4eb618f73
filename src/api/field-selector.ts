import { badRequest } from "./status.ts";

/** One condition of a field selector. */
export interface FieldTerm {
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/**
 * The terms of a selector such as `status.phase!=Running,spec.nodeName=a`. In values `\`, `,` and `=` are written
 * `\\`, `\,` and `\=`. Throws BadRequest, worded as upstream.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
export function parseFieldSelector(text: string): readonly FieldTerm[] {
  const parts = text.match(/(?:\\.|[^\\,]|\\$)+/gsu) ?? [];
  return parts.map((part) => {
    const [, field, operator, value] = /^(.*?)(!=|==|=)(.*)$/su.exec(part) ?? [];
    if (field === undefined || value === undefined) {
      throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    }
    return { field, operator: operator === "!=" ? "!=" : "=", value: unescaped(value) };
  });
}

function unescaped(value: string): string {
  let plain = "";
  const characters = Array.from(value);
  for (let at = 0; at < characters.length; at++) {
    let character = characters[at] ?? "";
    if (character === "=" || character === ",") {
      throw badRequest(`invalid field selector: unescaped character in value: ${character.codePointAt(0)}`);
    }
    if (character === "\\") {
      character = characters[++at] ?? "";
      if (!["\\", ",", "="].includes(character)) {
        throw badRequest(`invalid field selector: invalid escape sequence: \\${character}`);
      }
    }
    plain += character;
  }
  return plain;
}
