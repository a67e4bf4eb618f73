import { createHash, createPrivateKey, createPublicKey, type JsonWebKey, sign, verify } from "node:crypto";

/** Signs JSON web tokens and tells real ones from others. */
export interface TokenKey {
  /** What anybody may know of it. https://www.rfc-editor.org/rfc/rfc8037 */
  readonly publicKey: JsonWebKey & { readonly kid: string; readonly alg: string; readonly use: string };
  sign(claims: object): string;
  /** The claims of a token that this key signed. */
  read(token: string): unknown;
}

const algorithm = "EdDSA";
/** The frame of an Ed25519 private key in PKCS #8; the 32 bytes of the seed follow. */
const frame = Buffer.from("302e020100300506032b657004220420", "hex");

/** A key from 32 secret bytes: the same bytes make the same key, and it signs the same claims alike. */
export function tokenKey(seed: Uint8Array): TokenKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([frame, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey);
  const kid = createHash("sha256")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest("base64url");
  const head = encode({ alg: algorithm, kid });
  return {
    publicKey: { ...publicKey.export({ format: "jwk" }), kid, alg: algorithm, use: "sig" },
    sign(claims) {
      const text = `${head}.${encode(claims)}`;
      return `${text}.${sign(null, Buffer.from(text), privateKey).toString("base64url")}`;
    },
    read(token) {
      const [first, body, signature, ...rest] = token.split(".");
      if (!body || !signature || first !== head || rest.length > 0) return undefined;
      const isGenuine = verify(null, Buffer.from(`${first}.${body}`), publicKey, Buffer.from(signature, "base64url"));
      return isGenuine ? JSON.parse(Buffer.from(body, "base64url").toString()) : undefined;
    },
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
