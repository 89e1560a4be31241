import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { HostsModule } from '../hosts/hosts.module.js';
import { SamplesModule } from '../samples/samples.module.js';
import { UsersModule } from '../users/users.module.js';
import { EvaluationService } from './evaluation/evaluation.service.js';
import { Holders } from './incidents/holders.js';
import { IncidentSchema, StoredIncident } from './incidents/incident.schema.js';
import { IncidentStore } from './incidents/incident-store.js';
import { IncidentsController } from './incidents/incidents.controller.js';
import { IncidentsService } from './incidents/incidents.service.js';
import { PreviewController } from './preview/preview.controller.js';
import { PreviewService } from './preview/preview.service.js';
import { PlantedRules, PlantedRulesSchema } from './rules/planted-rules.schema.js';
import { RuleSchema, StoredRule } from './rules/rule.schema.js';
import { RuleStore } from './rules/rule-store.js';
import { RulesController } from './rules/rules.controller.js';
import { RulesService } from './rules/rules.service.js';

@Module({
  imports: [
    HostsModule,
    SamplesModule,
    UsersModule,
    MongooseModule.forFeature([
      { name: StoredRule.name, schema: RuleSchema },
      { name: PlantedRules.name, schema: PlantedRulesSchema },
      { name: StoredIncident.name, schema: IncidentSchema },
    ]),
  ],
  controllers: [RulesController, PreviewController, IncidentsController],
  providers: [
    RuleStore,
    RulesService,
    PreviewService,
    IncidentStore,
    Holders,
    IncidentsService,
    EvaluationService,
  ],
  exports: [EvaluationService, IncidentsService, RulesService],
})
export class AlertingModule {}
