import { Controller, Get, Param } from '@nestjs/common';
import type { IncidentTimeline } from '@tocsin/shared';
import { CurrentUser } from '../access/current-user.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import type { Identity } from '../auth/access-tokens.js';
import { TimelineService } from './timeline.service.js';

@Controller('api/v1/incidents/:id/timeline')
export class TimelineController {
  constructor(private readonly timeline: TimelineService) {}

  @Get()
  @RequirePermission('incidents:read')
  of(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<IncidentTimeline> {
    return this.timeline.of(tenantId, id);
  }
}
