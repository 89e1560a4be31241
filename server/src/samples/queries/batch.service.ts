import { Injectable } from '@nestjs/common';
import { type History, HISTORY_LIMITS, type HistoryBatch, type HistoryBatchQuery } from '@tocsin/shared';
import { ApiException } from '../../http/api-exception.js';
import { HostsService } from '../../hosts/hosts.service.js';
import { checkHistoryQuery, invalidQuery } from '../history-check.js';
import { HistoryService } from '../history.service.js';
import { groupsOf, partOf, stepsIn } from './batch-groups.js';

/** Answers all queries of a page at once. */
@Injectable()
export class BatchService {
  constructor(
    private readonly hosts: HostsService,
    private readonly history: HistoryService,
  ) {}

  /**
   * Nothing is read before every query is known to be one that can be answered.
   * @throws ApiException as `HistoryService.query`, with the field's place in the batch
   */
  async query(tenantId: string, { queries }: HistoryBatchQuery, signal: AbortSignal): Promise<HistoryBatch> {
    for (const [place, query] of queries.entries()) {
      await within(`/queries/${place}`, () => {
        this.hosts.of(tenantId, query.host);
        checkHistoryQuery(query);
      });
    }
    const answers = new Array<History>(queries.length);
    let steps = 0;
    for (const group of groupsOf(queries)) {
      const answer = await within(`/queries/${group.places[0]!}`, () =>
        this.history.query(tenantId, group.query, signal),
      );
      for (const place of group.places) {
        const part = partOf(answer, queries[place]!);
        steps += stepsIn(part);
        if (steps > HISTORY_LIMITS.answerSteps) {
          const less = 'The answers together would be too large. Ask for fewer points, metrics or instances.';
          throw invalidQuery(`/queries/${place}/points`, less);
        }
        answers[place] = part;
      }
    }
    return { answers };
  }
}

/** Names the fields of what is refused from where the query stands. A query without a fault has no host. */
async function within<T>(place: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (
      !(error instanceof ApiException) ||
      (error.body.field === undefined && error.body.code !== 'not_found')
    )
      throw error;
    const { code, message, field = '/host' } = error.body;
    throw new ApiException(error.getStatus(), code, message, place + field, error.retryAfterSeconds);
  }
}
