// uPlot without the parts that no chart here uses: its legend (the tables are ours), its words for times (the axes get
// theirs from `lib/format`), stepped, barred and curved lines, joining. Owns the list of cuts; refuses to cut
// what is not exactly where it was: with another version of uPlot the build stops here.
//
// A bundler cannot find out by itself that a constructor's options never ask for something.

import type { Plugin } from "vite";

type Cut = readonly [from: string, to: string, times?: number];

const CUTS: readonly Cut[] = [
  // Drawn every few seconds at most: a picture of the page's own layer costs nothing while it stays, a layer does with each frame.
  ['can.getContext("2d")', 'can.getContext("2d", { willReadFrequently: true })'],
  ["uPlot.join = join;", ""],
  ["uPlot.fmtDate = fmtDate;", ""],
  ["uPlot.tzDate  = tzDate;", ""],
  ["(paths.stepped = stepped);", ""],
  ["(paths.bars    = bars);", ""],
  ["(paths.spline  = monotoneCubic);", ""],
  ["const showLegend = legend.show;", "const showLegend = false;"],
  ["let isTime = mode == 1 && scales[s.scale].time;", "const isTime = false;"],
  ["let isTime = sc.time;", "const isTime = false;", 2],
  ["const [ timeIncrsMs, _timeAxisStampsMs, timeAxisSplitsMs ] = genTimeStuffs(1);", ""],
  ["const [ timeIncrsS,  _timeAxisStampsS,  timeAxisSplitsS  ] = genTimeStuffs(1e-3);", ""],
  ["const _timeAxisSplits = (ms == 1 ? timeAxisSplitsMs(_tzDate) : timeAxisSplitsS(_tzDate));", ""],
  ["const _timeAxisVals   = timeAxisVals(_tzDate, timeAxisStamps((ms == 1 ? _timeAxisStampsMs : _timeAxisStampsS), _fmtDate));", ""],
  ["const _timeSeriesVal  = timeSeriesVal(_tzDate, timeSeriesStamp(_timeSeriesStamp, _fmtDate));", ""],
  ["const _tzDate  = (opts.tzDate || (ts => new Date(round(ts / ms))));", ""],
  ["const _fmtDate = (opts.fmtDate || fmtDate);", ""],
];

export function lean(): Plugin {
  return {
    name: "lean-uplot",
    transform(code, id) {
      return id.endsWith("uPlot.esm.js") ? { code: cut(code, CUTS), map: null } : null;
    },
  };
}

export function cut(code: string, cuts: readonly Cut[]): string {
  return cuts.reduce((text, [from, to, times = 1]) => {
    const parts = text.split(from);
    if (parts.length !== times + 1) throw new Error(`uPlot has changed: \`${from}\` is not there as it was`);
    return parts.join(to);
  }, code);
}
