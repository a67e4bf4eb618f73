import { type KubeObject, sameTree } from "../../src/api/object.ts";
import type { Client } from "../../src/client/client.ts";
import { Informers } from "../../src/client/informer.ts";
import { builtinResources } from "../../src/resources/index.ts";

/** Follows every kind from now on; asked, it tells where what it has seen is not what there is. */
export function mirrorOf(client: Client): () => Promise<readonly string[]> {
  const informers = new Informers(client);
  for (const resource of builtinResources) informers.for(resource);
  return async () => {
    const told = builtinResources.map(async (resource) => {
      const [seen, stored] = [informers.for(resource).list(), await client.list(resource)];
      return sameTree(byName(seen), byName(stored)) ? [] : [`an informer has other ${resource.plural}`];
    });
    return (await Promise.all(told)).flat();
  };
}

function byName(objects: readonly KubeObject[]): Readonly<Record<string, KubeObject>> {
  return Object.fromEntries(objects.map((one) => [`${one.metadata.namespace ?? ""}/${one.metadata.name}`, one]));
}
