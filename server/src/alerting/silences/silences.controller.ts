import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { NotAudited } from '../../audit/not-audited.decorator.js';
import {
  matchersFault,
  type QuietPreview,
  type Silence,
  SilenceChanges,
  type SilencePage,
  SilencePreviewQuery,
  SilenceSettings,
  SilencesQuery,
} from '@tocsin/shared';
import { CurrentUser } from '../../access/current-user.decorator.js';
import { RequirePermission } from '../../access/require-permission.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { invalid } from '../../http/invalid.js';
import { Valid } from '../../http/valid.js';
import { MatchingService } from '../matching/matching.service.js';
import { SilencesService } from './silences.service.js';

@Controller('api/v1/silences')
export class SilencesController {
  constructor(
    private readonly silences: SilencesService,
    private readonly matching: MatchingService,
  ) {}

  @Get()
  @RequirePermission('silences:read')
  list(
    @CurrentUser() { tenantId }: Identity,
    @Query(new Valid(SilencesQuery)) query: SilencesQuery,
  ): Promise<SilencePage> {
    return this.silences.list(tenantId, query, Date.now());
  }

  @Post()
  @RequirePermission('silences:write')
  async create(
    @CurrentUser() { tenantId, userId }: Identity,
    @Body(new Valid(SilenceSettings)) settings: SilenceSettings,
  ): Promise<Silence> {
    return this.silences.create(tenantId, settings, await this.matching.author(userId), Date.now());
  }

  /** Changes nothing: what these matchers would hide right now. */
  @NotAudited('It changes nothing.')
  @Post('preview')
  @HttpCode(200)
  @RequirePermission('silences:read')
  async preview(
    @CurrentUser() { tenantId }: Identity,
    @Body(new Valid(SilencePreviewQuery)) { matchers }: SilencePreviewQuery,
  ): Promise<QuietPreview> {
    const fault = matchersFault(matchers);
    if (fault !== undefined) throw invalid(fault);
    await this.matching.check(tenantId, matchers);
    return this.matching.preview(tenantId, matchers);
  }

  @Patch(':id')
  @RequirePermission('silences:write')
  update(
    @CurrentUser() { tenantId }: Identity,
    @Param('id') id: string,
    @Body(new Valid(SilenceChanges)) changes: SilenceChanges,
  ): Promise<Silence> {
    return this.silences.update(tenantId, id, changes, Date.now());
  }

  /** Ends it now. It stays in the list of those that are over. */
  @Delete(':id')
  @RequirePermission('silences:write')
  end(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<Silence> {
    return this.silences.end(tenantId, id, Date.now());
  }
}
