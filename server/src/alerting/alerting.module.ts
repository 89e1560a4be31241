import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { HostsModule } from '../hosts/hosts.module.js';
import { SamplesModule } from '../samples/samples.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { UsersModule } from '../users/users.module.js';
import { AlertStateSchema, StoredAlertState } from './evaluation/alert-state.schema.js';
import { AlertStateStore } from './evaluation/alert-state-store.js';
import { AlertStatesService } from './evaluation/alert-states.service.js';
import { EvaluationService } from './evaluation/evaluation.service.js';
import { Holders } from './incidents/holders.js';
import { IncidentSchema, StoredIncident } from './incidents/incident.schema.js';
import { HubNetworkService } from './hub-network/hub-network.service.js';
import { IncidentActions } from './incidents/incident-actions.js';
import { IncidentLists } from './incidents/incident-lists.js';
import { IncidentStore } from './incidents/incident-store.js';
import { IncidentsController } from './incidents/incidents.controller.js';
import { IncidentsService } from './incidents/incidents.service.js';
import { OldIncidents } from './incidents/old-incidents.service.js';
import { Snoozes } from './incidents/snoozes.js';
import { PoliciesController } from './policies/policies.controller.js';
import { PoliciesService } from './policies/policies.service.js';
import { PolicySchema, StoredPolicy } from './policies/policy.schema.js';
import { PolicyStore } from './policies/policy-store.js';
import { FlappingService } from './flapping/flapping.service.js';
import { InhibitionService } from './inhibition/inhibition.service.js';
import { MaintenanceController } from './maintenance/maintenance.controller.js';
import { MaintenanceSchema, StoredWindow } from './maintenance/maintenance.schema.js';
import { MaintenanceStore } from './maintenance/maintenance-store.js';
import { MaintenanceService } from './maintenance/maintenance.service.js';
import { MatchingService } from './matching/matching.service.js';
import { PreviewController } from './preview/preview.controller.js';
import { PreviewService } from './preview/preview.service.js';
import { PlantedRules, PlantedRulesSchema } from './rules/planted-rules.schema.js';
import { RuleSchema, StoredRule } from './rules/rule.schema.js';
import { RuleStore } from './rules/rule-store.js';
import { FiledRules } from './rules/filed-rules.service.js';
import { RulesController } from './rules/rules.controller.js';
import { RulesService } from './rules/rules.service.js';
import { SilenceSchema, StoredSilence } from './silences/silence.schema.js';
import { SilenceStore } from './silences/silence-store.js';
import { SilencesController } from './silences/silences.controller.js';
import { SilencesService } from './silences/silences.service.js';

@Module({
  imports: [
    HostsModule,
    SamplesModule,
    TenantsModule,
    UsersModule,
    MongooseModule.forFeature([
      { name: StoredRule.name, schema: RuleSchema },
      { name: PlantedRules.name, schema: PlantedRulesSchema },
      { name: StoredPolicy.name, schema: PolicySchema },
      { name: StoredIncident.name, schema: IncidentSchema },
      { name: StoredAlertState.name, schema: AlertStateSchema },
      { name: StoredSilence.name, schema: SilenceSchema },
      { name: StoredWindow.name, schema: MaintenanceSchema },
    ]),
  ],
  controllers: [
    RulesController,
    PoliciesController,
    PreviewController,
    IncidentsController,
    SilencesController,
    MaintenanceController,
  ],
  providers: [
    PolicyStore,
    PoliciesService,
    RuleStore,
    RulesService,
    FiledRules,
    PreviewService,
    IncidentStore,
    Holders,
    IncidentsService,
    IncidentLists,
    IncidentActions,
    Snoozes,
    OldIncidents,
    AlertStateStore,
    EvaluationService,
    AlertStatesService,
    FlappingService,
    InhibitionService,
    HubNetworkService,
    MatchingService,
    SilenceStore,
    SilencesService,
    MaintenanceStore,
    MaintenanceService,
  ],
  exports: [
    AlertStatesService,
    EvaluationService,
    HubNetworkService,
    IncidentActions,
    IncidentsService,
    MaintenanceService,
    OldIncidents,
    PoliciesService,
    RulesService,
    SilencesService,
  ],
})
export class AlertingModule {}
