import type { Duplex } from "node:stream";

const lengthBytes = 2;

/** DNS over TCP: each message follows its length. What is no question ends the connection. */
export function answerDnsStream(connection: Duplex, answer: (query: Uint8Array) => Uint8Array | undefined): void {
  let waiting = Buffer.alloc(0);
  connection.on("error", () => connection.destroy());
  connection.on("end", () => connection.end());
  connection.on("data", (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= lengthBytes && waiting.length >= lengthBytes + waiting.readUInt16BE(0)) {
      const end = lengthBytes + waiting.readUInt16BE(0);
      const bytes = answer(waiting.subarray(lengthBytes, end));
      waiting = waiting.subarray(end);
      if (!bytes) connection.destroy();
      else connection.write(Buffer.concat([lengthOf(bytes), bytes]));
    }
  });
}

function lengthOf(answer: Uint8Array): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt16BE(answer.length);
  return length;
}
