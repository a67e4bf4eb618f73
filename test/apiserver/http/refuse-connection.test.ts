import { PassThrough } from "node:stream";

import { expect, test } from "vitest";

import { refuseConnection } from "../../../src/apiserver/http/refuse-connection.ts";

test.each([
  ["HPE_INVALID_METHOD", /^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\n\r\n400 Bad Request$/u],
  ["HPE_HEADER_OVERFLOW", /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n[^]*\r\n\r\n431 Request Header Fields/u],
  ["ERR_HTTP_REQUEST_TIMEOUT", /^$/u],
])("a connection ends after %s as Go's server ends it", (code, said) => {
  const socket = new PassThrough();
  const written: string[] = [];
  socket.write = (chunk: string) => written.push(chunk) > 0;
  refuseConnection({ code }, socket);
  expect(written.join("")).toMatch(said);
  expect(socket.destroyed).toBe(true);
});
