import { concatBytes } from "../../../api/bytes.ts";
import type { Process } from "../../../runtime/process.ts";
import { encodeText } from "../../../runtime/text.ts";
import { readAt } from "./read-at.ts";

/** The body of a form (`-F`). */
export interface Multipart {
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** Of `name=value`, `name=@file` (a file is uploaded) and `name=<file` (a value comes from it), with `;type=` and `;filename=`. */
export async function multipartOf(form: readonly string[], process: Process): Promise<Multipart> {
  const boundary = `------------------------${Buffer.from(process.random.bytes(11)).toString("hex")}`;
  const parts: Uint8Array[] = [];
  for (const field of form) {
    const { head, content } = await partOf(field, process);
    parts.push(encodeText(`--${boundary}\r\n${head}\r\n\r\n`), content, encodeText("\r\n"));
  }
  parts.push(encodeText(`--${boundary}--\r\n`));
  return { body: concatBytes(parts), contentType: `multipart/form-data; boundary=${boundary}` };
}

async function partOf(field: string, process: Process): Promise<{ head: string; content: Uint8Array }> {
  const equals = field.indexOf("=");
  const [name, given] = [field.slice(0, equals), field.slice(equals + 1)];
  const [value = "", ...settings] = given.split(/;(?=(?:type|filename|headers|encoder)=)/u);
  const setting = (wanted: string) =>
    settings
      .find((one) => one.startsWith(`${wanted}=`))
      ?.slice(wanted.length + 1)
      .replaceAll(/^"|"$/gu, "");
  const path = /^[@<]/u.test(value) ? value.slice(1) : undefined;
  const content = path === undefined ? encodeText(value) : await readAt(process, path);
  const isFile = value.startsWith("@");
  const fileName = setting("filename") ?? (isFile ? path?.split("/").at(-1) : undefined);
  const type = setting("type") ?? (isFile ? typeOf(path ?? "") : undefined);
  const head =
    `Content-Disposition: form-data; name="${name}"` +
    (fileName === undefined ? "" : `; filename="${fileName}"`) +
    (type === undefined ? "" : `\r\nContent-Type: ${type}`);
  return { head, content };
}

const types: Readonly<Record<string, string>> = {
  gif: "image/gif",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain",
  htm: "text/html",
  html: "text/html",
  pdf: "application/pdf",
  xml: "application/xml",
};

function typeOf(path: string): string {
  return types[/\.([^./]+)$/u.exec(path)?.[1]?.toLowerCase() ?? ""] ?? "application/octet-stream";
}
