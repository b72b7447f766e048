"""The tables inside one transaction, a repository for each subject."""

from functools import cached_property

from sqlalchemy import Connection

from moderation.store.accounts import AccountRepository
from moderation.store.activity import ActivityRepository
from moderation.store.appeals import AppealRepository
from moderation.store.audit import AuditRepository
from moderation.store.authors import AuthorRepository
from moderation.store.automations import AutomationRepository
from moderation.store.bulk_runs import BulkRunRepository
from moderation.store.campaigns import CampaignRepository
from moderation.store.checks import CheckRepository
from moderation.store.claims import ClaimRepository
from moderation.store.comments import CommentRepository
from moderation.store.decisions import DecisionRepository
from moderation.store.deliveries import DeliveryRepository
from moderation.store.delivery_queue import DeliveryQueue
from moderation.store.destinations import DestinationRepository
from moderation.store.edits import EditRepository
from moderation.store.endpoints import EndpointRepository
from moderation.store.erasures import ErasureRepository
from moderation.store.exports import ExportRepository
from moderation.store.imports import ImportRepository
from moderation.store.insights import InsightRepository
from moderation.store.intake import IntakeRepository
from moderation.store.keys import KeyRepository
from moderation.store.learning_progress import LearningProgressRepository
from moderation.store.lessons import LessonRepository
from moderation.store.mailboxes import MailboxRepository
from moderation.store.news import NewsRepository
from moderation.store.page_problems import PageProblemRepository
from moderation.store.passkeys import PasskeyRepository
from moderation.store.past_comments import PastCommentRepository
from moderation.store.published import PublishedRepository
from moderation.store.queue import QueueRepository
from moderation.store.readers import ReaderRepository
from moderation.store.readings import ReadingRepository
from moderation.store.reports import ReportRepository
from moderation.store.resealing import ResealingRepository
from moderation.store.retention import RetentionRepository
from moderation.store.saved_views import SavedViewRepository
from moderation.store.sealing import Sealer
from moderation.store.second_factors import SecondFactorRepository
from moderation.store.second_looks import SecondLookRepository
from moderation.store.sender_rules import SenderRuleRepository
from moderation.store.site_models import SiteModelRepository
from moderation.store.site_removal import SiteRemovalRepository
from moderation.store.sites import SiteRepository
from moderation.store.sketches import SketchRepository
from moderation.store.statistics import StatisticsRepository
from moderation.store.text_index import TextIndex
from moderation.store.thread_keys import ThreadKeyRepository
from moderation.store.threads import ThreadRepository
from moderation.store.transparency import TransparencyRepository
from moderation.store.trials import TrialRepository
from moderation.store.uploads import UploadRepository


class UnitOfWork:
    """The tables inside one transaction: a repository for each subject."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self.connection = connection
        self.sealer = sealer

    @cached_property
    def sites(self) -> SiteRepository:
        """Sites and their policies."""
        return SiteRepository(self.connection)

    @cached_property
    def site_removal(self) -> SiteRemovalRepository:
        """Removing all of a site."""
        return SiteRemovalRepository(self.connection)

    @cached_property
    def erasures(self) -> ErasureRepository:
        """Erasing what people wrote, and the list of it."""
        return ErasureRepository(self.connection)

    @cached_property
    def retention(self) -> RetentionRepository:
        """How long sites keep things, and destroying the rest."""
        return RetentionRepository(self.connection)

    @cached_property
    def exports(self) -> ExportRepository:
        """Reading all of a site."""
        return ExportRepository(self.connection, self.sealer)

    @cached_property
    def imports(self) -> ImportRepository:
        """Comments of other systems, and what is known of them."""
        return ImportRepository(self.connection)

    @cached_property
    def uploads(self) -> UploadRepository:
        """Files that owners uploaded to import them."""
        return UploadRepository(self.connection)

    @cached_property
    def threads(self) -> ThreadRepository:
        """Threads and their public comments."""
        return ThreadRepository(self.connection)

    @cached_property
    def thread_keys(self) -> ThreadKeyRepository:
        """Moving threads to other keys, and merging them."""
        return ThreadKeyRepository(self.connection)

    @cached_property
    def page_problems(self) -> PageProblemRepository:
        """What pages give that cannot be used."""
        return PageProblemRepository(self.connection)

    @cached_property
    def published(self) -> PublishedRepository:
        """The latest comments, counts and lists of threads, as anybody may read them."""
        return PublishedRepository(self.connection)

    @cached_property
    def intake(self) -> IntakeRepository:
        """Lookups for new comments, and their insertion."""
        return IntakeRepository(self.connection)

    @cached_property
    def comments(self) -> CommentRepository:
        """Comments: claim, score and look up."""
        return CommentRepository(self.connection, self.sealer)

    @cached_property
    def past_comments(self) -> PastCommentRepository:
        """Stored comments, for a policy to be tried on."""
        return PastCommentRepository(self.connection)

    @cached_property
    def checks(self) -> CheckRepository:
        """Checks: texts that were scored without becoming comments."""
        return CheckRepository(self.connection)

    @cached_property
    def queue(self) -> QueueRepository:
        """The moderators' queue and search."""
        return QueueRepository(self.connection, self.sealer, self.text_index)

    @cached_property
    def authors(self) -> AuthorRepository:
        """What sites have of the authors of comments."""
        return AuthorRepository(self.connection)

    @cached_property
    def text_index(self) -> TextIndex:
        """The words of comments, for searches."""
        return TextIndex(self.connection)

    @cached_property
    def decisions(self) -> DecisionRepository:
        """Decisions, by compare-and-set."""
        return DecisionRepository(self.connection)

    @cached_property
    def edits(self) -> EditRepository:
        """What authors changed of their comments."""
        return EditRepository(self.connection)

    @cached_property
    def appeals(self) -> AppealRepository:
        """What authors object to."""
        return AppealRepository(self.connection)

    @cached_property
    def automations(self) -> AutomationRepository:
        """What sites let the machine do, and what is proven of it."""
        return AutomationRepository(self.connection)

    @cached_property
    def trials(self) -> TrialRepository:
        """What the machine would do about comments, and what people decided."""
        return TrialRepository(self.connection)

    @cached_property
    def second_looks(self) -> SecondLookRepository:
        """Decisions for another moderator to confirm."""
        return SecondLookRepository(self.connection)

    @cached_property
    def reports(self) -> ReportRepository:
        """What readers report."""
        return ReportRepository(self.connection)

    @cached_property
    def audit(self) -> AuditRepository:
        """The audit trail, append-only."""
        return AuditRepository(self.connection)

    @cached_property
    def sketches(self) -> SketchRepository:
        """Near-duplicate sketches."""
        return SketchRepository(self.connection)

    @cached_property
    def campaigns(self) -> CampaignRepository:
        """Campaigns: comments with nearly the same text."""
        return CampaignRepository(self.connection)

    @cached_property
    def lessons(self) -> LessonRepository:
        """What moderators teach."""
        return LessonRepository(self.connection, self.sealer)

    @cached_property
    def learning_progress(self) -> LearningProgressRepository:
        """How far each site has learned."""
        return LearningProgressRepository(self.connection)

    @cached_property
    def site_models(self) -> SiteModelRepository:
        """What sites have learned."""
        return SiteModelRepository(self.connection)

    @cached_property
    def bulk_runs(self) -> BulkRunRepository:
        """Decisions about whole lists."""
        return BulkRunRepository(self.connection)

    @cached_property
    def activity(self) -> ActivityRepository:
        """What moderators did."""
        return ActivityRepository(self.connection)

    @cached_property
    def saved_views(self) -> SavedViewRepository:
        """Lists of comments under names."""
        return SavedViewRepository(self.connection)

    @cached_property
    def claims(self) -> ClaimRepository:
        """Which moderator is asked to decide about which comment."""
        return ClaimRepository(self.connection)

    @cached_property
    def readings(self) -> ReadingRepository:
        """Which comment each moderator has in hand."""
        return ReadingRepository(self.connection)

    @cached_property
    def sender_rules(self) -> SenderRuleRepository:
        """Rules about senders."""
        return SenderRuleRepository(self.connection)

    @cached_property
    def destinations(self) -> DestinationRepository:
        """Where the outbox delivers to, whatever the channel."""
        return DestinationRepository(self.connection)

    @cached_property
    def endpoints(self) -> EndpointRepository:
        """Where webhooks go."""
        return EndpointRepository(self.connection, self.sealer)

    @cached_property
    def mailboxes(self) -> MailboxRepository:
        """Where mail to moderators goes."""
        return MailboxRepository(self.connection, self.sealer)

    @cached_property
    def readers(self) -> ReaderRepository:
        """Where mail to authors goes, and what they asked for."""
        return ReaderRepository(self.connection, self.sealer)

    @cached_property
    def news(self) -> NewsRepository:
        """What came to a site in some time."""
        return NewsRepository(self.connection)

    @cached_property
    def deliveries(self) -> DeliveryRepository:
        """The outbox as owners see it: deliveries, their attempts, replays."""
        return DeliveryRepository(self.connection)

    @cached_property
    def delivery_queue(self) -> DeliveryQueue:
        """The outbox as workers see it: claims and recorded attempts."""
        return DeliveryQueue(self.connection)

    @cached_property
    def accounts(self) -> AccountRepository:
        """Moderators and their sessions."""
        return AccountRepository(self.connection, self.sealer)

    @cached_property
    def keys(self) -> KeyRepository:
        """The keys of programs."""
        return KeyRepository(self.connection, self.sealer)

    @cached_property
    def passkeys(self) -> PasskeyRepository:
        """What moderators sign in with in place of a password."""
        return PasskeyRepository(self.connection)

    @cached_property
    def second_factors(self) -> SecondFactorRepository:
        """What moderators need besides a password."""
        return SecondFactorRepository(self.connection, self.sealer)

    @cached_property
    def transparency(self) -> TransparencyRepository:
        """Figures for the public."""
        return TransparencyRepository(self.connection)

    @cached_property
    def resealing(self) -> ResealingRepository:
        """Sealing everything again with a new secret."""
        return ResealingRepository(self.connection, self.sealer)

    @cached_property
    def insights(self) -> InsightRepository:
        """The figures of a site."""
        return InsightRepository(self.connection)

    @cached_property
    def statistics(self) -> StatisticsRepository:
        """Counts for people and for alarms."""
        return StatisticsRepository(self.connection)
