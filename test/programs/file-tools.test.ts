import { compareWithMachine } from "./compare-with-machine.ts";
import { fileScripts } from "./tool-scripts.ts";

compareWithMachine("tools for files", fileScripts);
