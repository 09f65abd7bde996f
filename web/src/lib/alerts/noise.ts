// How much a rule has spoken, in words. Owns the sentence and when it is too much; refuses to switch a rule off.

import type { AlertNoise } from "../wire";
import { count } from "../format";

export interface Noise {
  text: string;
  /** For a column. */
  short: string;
  /** Mostly ignored: what nobody acts on teaches people to look away. */
  isLoud: boolean;
}

const LOUD_FIRED_MIN = 5;
const LOUD_SHARE = 0.8;

const times = (number: number) => (number === 1 ? "once" : number === 2 ? "twice" : `${count(number)} times`);

export function noiseOf(noise: AlertNoise): Noise {
  const { fired, told, acknowledged, ignored } = noise;
  if (fired === 0) return { text: "silent for 30 days", short: "silent", isLoud: false };
  const parts = [0 < ignored ? `${count(ignored)} ignored` : "", 0 < acknowledged ? `${count(acknowledged)} acknowledged` : "", told === 0 ? "nobody was told" : ""].filter((part) => part !== "");
  return { short: [`fired ${times(fired)}`, ...parts.slice(0, 1)].join(", "), text: [`fired ${times(fired)} in 30 days`, ...parts].join(", "), isLoud: LOUD_FIRED_MIN <= fired && 0 < told && LOUD_SHARE <= ignored / told };
}
