// The microphones that this browser has, by name.

import { isMicrophone } from "../environment/access";
import type { Device } from "../wire/protocol";

const MOST_DEVICES = 64;
const MAX_NAME = 200;
/** Chromium lists the default one twice, and Windows the one for calls, with its name in theirs. */
export const ALIASES = ["default", "communications"];

/** All of them, or none as long as the browser tells no names; opens nothing, asks nobody. */
export async function knownMicrophones(): Promise<Device[]> {
  const all = (await navigator.mediaDevices.enumerateDevices()).filter(isMicrophone);
  const named = all.some(({ label }) => label !== "");
  return (named ? all : [])
    .slice(0, MOST_DEVICES)
    .map(({ deviceId, label }) => ({ id: deviceId, name: label.slice(0, MAX_NAME) }));
}

/** Those that `wanted` names: by id or by name, else by a part of the name, else of an alias. */
export function matching(all: Device[], wanted: string): Device[] {
  const exact = all.filter(({ id, name }) => [id, name].includes(wanted));
  const part = wanted.toLowerCase();
  const named = all.filter(({ name }) => name.toLowerCase().includes(part));
  const own = named.filter(({ id }) => !ALIASES.includes(id));
  return [exact, own].find(({ length }) => length > 0) ?? named;
}
