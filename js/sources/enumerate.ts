// Enumerates the browser's microphones, and finds one by its name.

import { isMicrophone } from "../environment/access";
import type { Device } from "../wire/protocol";

const MAX_DEVICES = 64;
const MAX_NAME = 200;
/**
 * Chromium lists the default microphone twice, and on Windows the one for calls, too. The names of
 * these aliases contain the microphone's name.
 */
export const ALIASES = ["default", "communications"];

/** All microphones, or none until the browser gives their names. Prompts for no permission. */
export async function enumerateMicrophones(): Promise<Device[]> {
  const all = (await navigator.mediaDevices.enumerateDevices()).filter(isMicrophone);
  const named = all.some(({ label }) => label !== "");
  return (named ? all : [])
    .slice(0, MAX_DEVICES)
    .map(({ deviceId, label }) => ({ id: deviceId, name: label.slice(0, MAX_NAME) }));
}

/** The devices whose id or name is `wanted`; else those whose name contains it, aliases last. */
export function matching(all: Device[], wanted: string): Device[] {
  const exact = all.filter(({ id, name }) => [id, name].includes(wanted));
  const part = wanted.toLowerCase();
  const named = all.filter(({ name }) => name.toLowerCase().includes(part));
  const own = named.filter(({ id }) => !ALIASES.includes(id));
  return [exact, own].find(({ length }) => length > 0) ?? named;
}
