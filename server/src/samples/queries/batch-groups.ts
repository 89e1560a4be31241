import { type History, type HistoryQuery, type HistorySeries, seriesKey } from '@tocsin/shared';

/** Queries of a batch that one read answers: the same host, time and number of points. */
export interface BatchGroup {
  /** With the metrics of all of them. */
  query: HistoryQuery;
  /** Where in the batch they stand. */
  places: number[];
}

/** In the order of their first queries. */
export function groupsOf(queries: readonly HistoryQuery[]): BatchGroup[] {
  const groups = new Map<string, BatchGroup>();
  queries.forEach((query, place) => {
    const { host, from, to, points } = query;
    const name = [host, from, to, points].join();
    const group = groups.get(name);
    if (group === undefined) {
      groups.set(name, { query, places: [place] });
    } else {
      group.query = { ...group.query, metric: [...new Set([...group.query.metric, ...query.metric])] };
      group.places.push(place);
    }
  });
  return [...groups.values()];
}

/** What of the answer to a group belongs to one of its queries, as if that had been asked alone. */
export function partOf(answer: History, { metric: metrics }: HistoryQuery): History {
  const asked = ({ metric, instance }: HistorySeries) => {
    const key = seriesKey(metric, instance);
    return metrics.findIndex((wanted) => wanted === key || wanted === metric);
  };
  const mine = answer.series
    .map((series) => ({ series, at: asked(series), key: seriesKey(series.metric, series.instance) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  return { ...answer, series: mine.map(({ series }) => series) };
}

/** Steps of all series together. */
export const stepsIn = ({ series }: History): number => series.reduce((sum, { avg }) => sum + avg.length, 0);
