import { sameTree } from "../api/object.ts";
import type { ConfigMap } from "../api/types.gen.ts";
import { parseYaml } from "../api/yaml.ts";
import type { EventRecorder } from "../client/events.ts";
import type { Informers } from "../client/informer.ts";
import { configMaps } from "../resources/core/config-map.ts";
import type { Fault } from "./fault.ts";
import type { Faults } from "./faults.ts";

/** A ConfigMap with this label holds faults: each of its values is a YAML list of them. They last as long as it does. */
const faultsLabel = "picokube.dev/faults";

/** Begins and ends the faults that ConfigMaps hold; what is wrong with them is told in an Event. The returned function stops. */
export function followFaultConfigs(options: {
  informers: Informers;
  faults: Faults;
  events: EventRecorder;
}): () => void {
  const { informers, faults, events } = options;
  const ends = new Map<string, readonly (() => void)[]>();
  const follow = (config: ConfigMap, isGone: boolean): void => {
    const id = `${config.metadata.namespace ?? ""}/${config.metadata.name}`;
    for (const end of ends.get(id) ?? []) end();
    ends.delete(id);
    if (isGone || config.metadata.labels?.[faultsLabel] === undefined) return;
    const begun: (() => void)[] = [];
    ends.set(id, begun);
    try {
      for (const fault of faultsIn(config)) begun.push(faults.add(fault, config.metadata.namespace));
      tell(config, { type: "Normal", reason: "FaultsInjected", message: `Faults begun: ${begun.length}` });
    } catch (error) {
      for (const end of begun.splice(0)) end();
      const message = error instanceof Error ? error.message : String(error);
      tell(config, { type: "Warning", reason: "InvalidFault", message });
    }
  };
  const tell = (config: ConfigMap, event: { type: "Normal" | "Warning"; reason: string; message: string }): void =>
    events.record(config, { component: "picokube" }, event);
  const stop = informers.for(configMaps).onChange(({ type, object, previous }) => {
    const isKnown =
      previous && sameTree(previous.data, object.data) && sameTree(previous.metadata.labels, object.metadata.labels);
    if (type === "DELETED" || !isKnown) follow(object, type === "DELETED");
  });
  return () => {
    stop();
    for (const all of ends.values()) for (const end of all) end();
  };
}

function faultsIn({ data = {} }: ConfigMap): readonly Fault[] {
  return Object.entries(data).flatMap(([name, text]) => {
    const list = parseYaml(text);
    if (!Array.isArray(list)) throw new Error(`${name} must be a list of faults`);
    return list as Fault[];
  });
}
