import { SetMetadata } from '@nestjs/common';

export const NOT_AUDITED = 'not-audited';

/** Leaves a route out of the audit log, for a reason: it changes nothing, or nobody who is signed in calls it. */
export const NotAudited = (reason: string) => SetMetadata(NOT_AUDITED, reason);
