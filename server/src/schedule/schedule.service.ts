import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AlertStatesService } from '../alerting/evaluation/alert-states.service.js';
import { EvaluationService } from '../alerting/evaluation/evaluation.service.js';
import { IncidentsService } from '../alerting/incidents/incidents.service.js';
import { HubNetworkService } from '../alerting/hub-network/hub-network.service.js';
import { OldIncidents } from '../alerting/incidents/old-incidents.service.js';
import { MaintenanceService } from '../alerting/maintenance/maintenance.service.js';
import { SilencesService } from '../alerting/silences/silences.service.js';
import { AgentGateway } from '../ingest/agent.gateway.js';
import { DataKeys } from '../ingest/data/data-keys.js';
import { DataService } from '../ingest/data/data.service.js';
import { HostWatchers } from '../live/host-watchers.js';
import { LiveService } from '../live/live.service.js';
import { LiveSockets } from '../live/live-sockets.js';
import { StoringWatch } from '../live/storing-watch.js';
import { DeliveryWorker } from '../notifications/delivery/delivery-worker.js';
import { RoutingService } from '../notifications/routing/routing.service.js';
import { PresenceService } from '../presence/presence.service.js';
import { PruneService } from '../samples/retention/prune.service.js';
import { SamplesService } from '../samples/samples.service.js';
import { RollUpService } from '../samples/tiers/roll-up.service.js';

/** Everything that the hub does by the clock, in one place. */
@Injectable()
export class ScheduleService {
  constructor(
    private readonly evaluation: EvaluationService,
    private readonly incidents: IncidentsService,
    private readonly hubNetwork: HubNetworkService,
    private readonly oldIncidents: OldIncidents,
    private readonly alertStates: AlertStatesService,
    private readonly routing: RoutingService,
    private readonly deliveries: DeliveryWorker,
    private readonly silences: SilencesService,
    private readonly maintenance: MaintenanceService,
    private readonly live: LiveService,
    private readonly liveSockets: LiveSockets,
    private readonly watchers: HostWatchers,
    private readonly storing: StoringWatch,
    private readonly presence: PresenceService,
    private readonly samples: SamplesService,
    private readonly rollUps: RollUpService,
    private readonly pruning: PruneService,
    private readonly agents: AgentGateway,
    private readonly data: DataService,
    private readonly dataKeys: DataKeys,
  ) {}

  @Interval(1_000)
  letAlertsWait(): void {
    this.evaluation.tick(Date.now());
  }

  @Interval(1_000)
  lookWhetherHostsAreBack(): void {
    this.hubNetwork.tick(Date.now());
  }

  @Interval(1_000)
  reviewHolds(): void {
    this.incidents.review(Date.now());
  }

  /** A single alarm is to be written a tenth of a second after it rang. */
  @Interval(50)
  tellPeople(): void {
    this.routing.tick(Date.now());
  }

  @Interval(1_000)
  remindPeople(): void {
    this.routing.remind(Date.now());
  }

  /** What is due again, or was put off; what is new is looked at at once. */
  @Interval(1_000)
  deliver(): void {
    this.deliveries.look();
  }

  @Interval(30_000)
  settleForgotten(): void {
    void this.deliveries.settleForgotten(Date.now());
  }

  @Interval(1_000)
  endLiveConnections(): void {
    this.liveSockets.sweep(Date.now());
  }

  @Interval(1_000)
  tellWhetherStoringLags(): void {
    this.storing.tick(Date.now());
  }

  @Interval(1_000)
  letWatchersGo(): void {
    this.watchers.sweep(Date.now());
  }

  /** One walk over all hosts costs less than a timer for each. */
  @Interval(250)
  noticeSilence(): void {
    this.presence.tick(Date.now());
  }

  @Interval(1_000)
  writeMinutes(): void {
    void this.samples.writeMinutes(Date.now());
  }

  @Interval(5_000)
  rollUp(): void {
    void this.rollUps.rollUp(Date.now());
  }

  @Interval(5_000)
  saveAlertStates(): void {
    void this.alertStates.save(Date.now());
  }

  @Interval(30_000)
  saveLastValues(): void {
    this.live.save();
  }

  @Interval(60_000)
  prune(): void {
    void this.pruning.prune(Date.now());
  }

  @Interval(600_000)
  pruneQuiet(): void {
    void this.silences.prune(Date.now());
    void this.maintenance.prune(Date.now());
    void this.oldIncidents.prune(Date.now());
  }

  @Interval(10_000)
  summariseWarnings(): void {
    for (const one of [this.agents, this.data, this.dataKeys]) one.summariseWarnings(Date.now());
  }
}
