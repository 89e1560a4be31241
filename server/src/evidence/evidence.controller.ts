import { Controller, Get, Param } from '@nestjs/common';
import type { IncidentEvidence } from '@tocsin/shared';
import { CurrentUser } from '../access/current-user.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import type { Identity } from '../auth/access-tokens.js';
import { EvidenceService } from './evidence.service.js';

@Controller('api/v1/incidents/:id/evidence')
export class EvidenceController {
  constructor(private readonly evidence: EvidenceService) {}

  @Get()
  @RequirePermission('incidents:read')
  of(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<IncidentEvidence> {
    return this.evidence.of(tenantId, id);
  }
}
