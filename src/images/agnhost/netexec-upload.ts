import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { type Process, SystemError } from "../../runtime/process.ts";
import { bodyOf, goResponse } from "../go/http.ts";
import { goLog } from "../go/log.ts";

const directory = "/uploads";

/** `/upload`: keeps the form's `file` and answers its new name. */
export async function upload(process: Process, request: HttpRequest): Promise<HttpResponse> {
  goLog(process, "GET /upload");
  const file = filePart(request.headers["content-type"] ?? "", Buffer.from(await bodyOf(request)));
  if (!file) {
    goLog(process, "Unable to upload file: http: no such file");
    return goResponse(process, JSON.stringify({ error: "Unable to upload file." }));
  }
  const path = `${directory}/upload${process.random.integer(1_000_000_000)}`;
  try {
    process.files.write(path, file);
    process.files.chmod(path, 0o700);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    goLog(process, `Unable to open file for write: open ${path}: ${error.message.toLowerCase()}`);
    return goResponse(process, JSON.stringify({ error: "Unable to open file for write" }));
  }
  goLog(process, `Wrote upload to ${path}`);
  return goResponse(process, JSON.stringify({ output: path }), { status: 201 });
}

/** The content of the part named `file` in a multipart form. */
function filePart(contentType: string, body: Buffer): Uint8Array | undefined {
  const boundary = /boundary="?([^";]+)"?/u.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const delimiter = `--${boundary}`;
  for (let start = body.indexOf(delimiter); start >= 0;) {
    const head = start + delimiter.length;
    const end = body.indexOf(`\r\n${delimiter}`, head);
    if (end < 0) return undefined;
    const split = body.indexOf("\r\n\r\n", head);
    const headers = body.subarray(head, split).toString();
    if (split >= 0 && /name="file"/u.test(headers)) return body.subarray(split + 4, end);
    start = body.indexOf(delimiter, end);
  }
  return undefined;
}
