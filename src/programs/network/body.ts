import type { HttpResponse } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import { encodeText } from "../../runtime/text.ts";

/** The body of a response as it comes; a kill interrupts the wait for more. */
export async function* bodyChunks({ body }: HttpResponse, process: Process): AsyncGenerator<Uint8Array> {
  if (typeof body === "string") yield encodeText(body);
  else if (body instanceof Uint8Array) yield body;
  else {
    const iterator = body[Symbol.asyncIterator]();
    for (;;) {
      const next = await process.waitFor(iterator.next());
      if (next.done) return;
      yield next.value;
    }
  }
}
