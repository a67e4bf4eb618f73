import { gunzipSync } from "node:zlib";
import { createGunzip, createGzip, type Gunzip, type Gzip } from "node:zlib";

import type { Process } from "../../runtime/process.ts";
import { applet, type Call } from "../applet.ts";
