import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import {
  type AppliedRules,
  ApplyRules,
  type Rule,
  RULE_TEMPLATES,
  RuleSettings,
  type RulesFile,
  type RuleTemplate,
} from '@tocsin/shared';
import Type from 'typebox';
import { CurrentUser } from '../../access/current-user.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { RequirePermission } from '../../access/require-permission.decorator.js';
import { Valid } from '../../http/valid.js';
import { FiledRules } from './filed-rules.service.js';
import { RulesService } from './rules.service.js';

// A part of a strict schema is not strict by itself.
const Changes = Type.Partial(RuleSettings, { additionalProperties: false });
type Changes = Type.Static<typeof Changes>;

@Controller('api/v1/rules')
export class RulesController {
  constructor(
    private readonly rules: RulesService,
    private readonly filed: FiledRules,
  ) {}

  @Get()
  @RequirePermission('rules:read')
  list(@CurrentUser() user: Identity): Promise<readonly Rule[]> {
    return this.rules.list(user.tenantId);
  }

  /** Rules to begin with: nothing of the tenant's. */
  @Get('templates')
  @RequirePermission('rules:read')
  templates(): readonly RuleTemplate[] {
    return RULE_TEMPLATES;
  }

  /** All of them, as a file that can live in git has them. */
  @Get('export')
  @RequirePermission('rules:read')
  export(@CurrentUser() { tenantId }: Identity): Promise<RulesFile> {
    return this.filed.export(tenantId);
  }

  @Post('apply')
  @HttpCode(200)
  @RequirePermission('rules:write')
  apply(
    @CurrentUser() { tenantId }: Identity,
    @Body(new Valid(ApplyRules)) body: ApplyRules,
  ): Promise<AppliedRules> {
    return this.filed.apply(tenantId, body);
  }

  @Post()
  @RequirePermission('rules:write')
  create(
    @CurrentUser() user: Identity,
    @Body(new Valid(RuleSettings)) settings: RuleSettings,
  ): Promise<Rule> {
    return this.rules.create(user.tenantId, settings);
  }

  /** All settings anew: what is left out is taken away. */
  @Put(':id')
  @RequirePermission('rules:write')
  replace(
    @CurrentUser() user: Identity,
    @Param('id') id: string,
    @Body(new Valid(RuleSettings)) settings: RuleSettings,
  ): Promise<Rule> {
    return this.rules.replace(user.tenantId, id, settings);
  }

  /** Some settings: what is left out stays. */
  @Patch(':id')
  @RequirePermission('rules:write')
  update(
    @CurrentUser() user: Identity,
    @Param('id') id: string,
    @Body(new Valid(Changes)) changes: Changes,
  ): Promise<Rule> {
    return this.rules.update(user.tenantId, id, changes);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('rules:write')
  remove(@CurrentUser() user: Identity, @Param('id') id: string): Promise<void> {
    return this.rules.remove(user.tenantId, id);
  }
}
