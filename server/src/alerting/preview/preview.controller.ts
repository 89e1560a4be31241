import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { NotAudited } from '../../audit/not-audited.decorator.js';
import { type RulePreview, RulePreviewQuery } from '@tocsin/shared';
import { CurrentUser } from '../../access/current-user.decorator.js';
import { RequirePermission } from '../../access/require-permission.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { Closed } from '../../http/closed.decorator.js';
import { Valid } from '../../http/valid.js';
import { PreviewService } from './preview.service.js';

@Controller('api/v1/rules/preview')
export class PreviewController {
  constructor(private readonly previews: PreviewService) {}

  /** Changes nothing: it is a `POST` because a rule does not fit into an address. */
  @NotAudited('It changes nothing.')
  @Post()
  @HttpCode(200)
  @RequirePermission('history:read')
  preview(
    @CurrentUser() { tenantId }: Identity,
    @Body(new Valid(RulePreviewQuery)) query: RulePreviewQuery,
    @Closed() closed: AbortSignal,
  ): Promise<RulePreview> {
    return this.previews.preview(tenantId, query, closed);
  }
}
