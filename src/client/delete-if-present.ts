import type { ObjectKey } from "../api/object.ts";
import { isNotFound } from "../api/status.ts";
import type { DeleteOptions } from "../api/types.gen.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import type { Client } from "./client.ts";

/** Deletes an object; one that has gone already is what was wanted. */
export async function deleteIfPresent(
  client: Client,
  resource: ResourceDefinition,
  key: ObjectKey,
  options?: DeleteOptions,
): Promise<void> {
  try {
    await client.delete(resource, key, options);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
