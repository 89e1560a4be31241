import { Body, Controller, Get, Put } from '@nestjs/common';
import { NO_QUIET_HOURS, QuietHours, quietHoursFault } from '@tocsin/shared';
import { CurrentUser } from '../access/current-user.decorator.js';
import { SignedIn } from '../access/signed-in.decorator.js';
import type { Identity } from '../auth/access-tokens.js';
import { invalid } from '../http/invalid.js';
import { Valid } from '../http/valid.js';
import { UsersService } from './users.service.js';

/** When the person who asks does not want to be told of anything. */
@Controller('api/v1/me/quiet-hours')
@SignedIn()
export class QuietHoursController {
  constructor(private readonly users: UsersService) {}

  @Get()
  async get(@CurrentUser() { tenantId, userId }: Identity): Promise<QuietHours> {
    return (await this.users.quietHours(tenantId, userId)) ?? NO_QUIET_HOURS;
  }

  @Put()
  async put(
    @CurrentUser() { tenantId, userId }: Identity,
    @Body(new Valid(QuietHours)) quietHours: QuietHours,
  ): Promise<QuietHours> {
    const fault = quietHoursFault(quietHours);
    if (fault !== undefined) throw invalid(fault);
    await this.users.saveQuietHours(tenantId, userId, quietHours);
    return quietHours;
  }
}
