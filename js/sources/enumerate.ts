// The microphones that this browser has, by name.

import { isMicrophone } from "../environment/access";
import type { Device } from "../wire/protocol";

const MAX_DEVICES = 64;
const MAX_NAME = 200;
/** Chromium lists the default one twice, and on Windows the one for calls; the names contain its own. */
export const ALIASES = ["default", "communications"];

/** All of them, or none while the browser names none; needs no permission. */
export async function enumerateMicrophones(): Promise<Device[]> {
  const all = (await navigator.mediaDevices.enumerateDevices()).filter(isMicrophone);
  const named = all.some(({ label }) => label !== "");
  return (named ? all : [])
    .slice(0, MAX_DEVICES)
    .map(({ deviceId, label }) => ({ id: deviceId, name: label.slice(0, MAX_NAME) }));
}

/** Those that `wanted` names: by id or name, else by a part of the name, else of an alias's. */
export function matching(all: Device[], wanted: string): Device[] {
  const exact = all.filter(({ id, name }) => [id, name].includes(wanted));
  const part = wanted.toLowerCase();
  const named = all.filter(({ name }) => name.toLowerCase().includes(part));
  const own = named.filter(({ id }) => !ALIASES.includes(id));
  return [exact, own].find(({ length }) => length > 0) ?? named;
}
