using PgOAuth.Auditing;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;

namespace PgOAuth.Enforcement;

/// <summary>
/// Stage 7: one session at the statement gate: keeps the <see cref="GateContext"/> that its statements are judged in up to date with the
/// policy and the catalog. Asked before each message that runs something; costs a few comparisons as long as nothing has changed.
/// </summary>
/// <remarks>On the session's loop, but for the end of <see cref="RefreshAsync"/>: nothing but <see cref="DefinitionsEnded"/> runs beside that.</remarks>
internal sealed class SessionGate
{
    private const string Allowed = "allowed";

    private readonly PolicyHolder _policies;
    private readonly CatalogCache _catalogs;
    private readonly GateSubject _subject;
    private readonly PgOAuthMetrics _metrics;
    private readonly StatementAuditor? _auditor;
    private CatalogEntry _entry;
    private GateContext? _context;
    private CompiledPolicy? _policy;
    private Grant? _grant;
    private CatalogSnapshot? _snapshot;
    private CatalogSnapshot? _awaited;
    private int _awaitedBehind;
    private int _definitionsEnded;
    private bool _isUnavailable;
    private bool _wantsNewer;
    private bool _hasLooked;

    /// <param name="policies">The policy in force.</param>
    /// <param name="catalogs">The catalogs of all databases.</param>
    /// <param name="subject">Who the session is, and where.</param>
    /// <param name="metrics">Counts decisions.</param>
    /// <param name="auditor">Writes decisions down; null when statements are not audited.</param>
    internal SessionGate(PolicyHolder policies, CatalogCache catalogs, GateSubject subject, PgOAuthMetrics metrics, StatementAuditor? auditor = null)
    {
        _policies = policies;
        _catalogs = catalogs;
        _subject = subject;
        _metrics = metrics;
        _auditor = auditor;
        _entry = catalogs.Open(subject.Catalog);
    }

    /// <summary>What statements are judged in; null when the catalog cannot be read.</summary>
    internal GateContext? Context => HasChangedDefinitions ? _context?.Unsettled : _context;

    internal bool Enforces => _subject.Mode is GateMode.Enforce;

    /// <summary>Grows each time that what the session may do has changed.</summary>
    internal int GrantNumber { get; private set; }

    /// <summary>Grows each time that verdicts may have become other ones, by the policy or by the catalog.</summary>
    internal int ContextNumber { get; private set; }

    /// <summary>Whether <see cref="TryRefresh"/> would change nothing and ask for nothing. Cheaper than that.</summary>
    internal bool IsCurrent =>
        _policies.Current == _policy && _context is not null && !_entry.IsForgotten && _snapshot is { } snapshot && _entry.IsCurrent(snapshot);

    /// <summary>The session has run a statement behind which the catalog is another one, if its transaction commits.</summary>
    internal bool HasChangedDefinitions { get; set; }

    /// <summary>Makes <see cref="Context"/> that of this moment.</summary>
    /// <returns>False: <see cref="RefreshAsync"/> has to be awaited first.</returns>
    internal bool TryRefresh()
    {
        if (_policies.Current is var policy && policy != _policy)
        {
            Renew(policy);
        }

        if (_entry.IsForgotten)
        {
            _entry = _catalogs.Open(_subject.Catalog);
        }

        // What was waited for is good for the message that waited, unless the session's own definitions took effect meanwhile.
        var awaited = _awaitedBehind == _definitionsEnded ? _awaited : null;
        _awaited = null;
        if ((awaited ?? _entry.TryGet(_subject.Role)) is not { } snapshot)
        {
            if (!_isUnavailable)
            {
                return false;
            }

            // For this message only: the next one asks again.
            _isUnavailable = false;
            _context = null;
            return true;
        }

        if (snapshot != _snapshot || _context is null)
        {
            _snapshot = snapshot;
            _context = snapshot.For(_subject.Role, _subject.SearchPath)?.ContextOf(_grant!, _subject.Mode);
            ContextNumber++;
        }

        return true;
    }

    /// <summary>Whether a newer catalog should be asked for before a verdict on this statement counts. Once for each message.</summary>
    /// <remarks>By the message and not by the statement: that is another one for each catalog, and others may change the catalog all the time.</remarks>
    internal bool WantsNewerCatalog(Statement statement)
    {
        var hasLooked = _hasLooked;
        _hasLooked = false;
        _wantsNewer = !hasLooked && statement.IsUnresolved && !HasChangedDefinitions;
        return _wantsNewer;
    }

    /// <summary>Waits for the catalog. On return, <see cref="TryRefresh"/> is true, unless <see cref="DefinitionsEnded"/> was told meanwhile.</summary>
    internal async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        _awaitedBehind = _definitionsEnded;
        if (_wantsNewer && _snapshot is { } seen)
        {
            _wantsNewer = false;
            _hasLooked = true;
            await _catalogs.GetNewerAsync(seen, _subject.Role, cancellationToken).ConfigureAwait(false);
        }

        _awaited = await _catalogs.GetAsync(_subject.Catalog, _subject.Role, cancellationToken).ConfigureAwait(false);
        _isUnavailable = _awaited is null;
    }

    /// <summary>The transaction of a statement that changed definitions is over: what was read before does not count any more, for nobody.</summary>
    internal void DefinitionsEnded()
    {
        HasChangedDefinitions = false;
        _definitionsEnded++;
        _catalogs.Invalidate(_subject.Catalog);
    }

    /// <summary>A verdict counts now: it is counted and audited.</summary>
    /// <param name="statement">The text, as judged in <see cref="Context"/>.</param>
    /// <param name="denial">Why it must not be forwarded; null when it may be.</param>
    /// <param name="cache">Knows what the audit says of it.</param>
    /// <returns>The denial, or one because the audit could not take an allowed statement.</returns>
    internal Denial? Decided(Statement statement, Denial? denial, StatementCache cache)
    {
        if (statement.Context is not null)
        {
            _metrics.StatementDecided(isAllowed: !statement.IsRefused, isEnforced: Enforces);
        }

        if (denial is null && statement is { Context: null, IsTransactionControl: true })
        {
            return null;
        }

        var isRefused = denial is not null || statement.IsRefused || statement.Context is null;
        return _auditor is null || !_auditor.Wants(isRefused) ? denial : Audit(_auditor, statement, denial, cache);
    }

    /// <summary>Something is refused without a look at a text.</summary>
    internal Denial Refused(Denial denial)
    {
        _auditor?.TryAdd(StatementEvidence.None, StatementAuditVerdict.Refused, denial.Word);
        return denial;
    }

    private Denial? Audit(StatementAuditor auditor, Statement statement, Denial? denial, StatementCache cache)
    {
        var evidence = cache.EvidenceOf(statement);
        if (denial is not null)
        {
            auditor.TryAdd(evidence, StatementAuditVerdict.Refused, denial.Word);
            return denial;
        }

        if (!statement.IsRefused && statement.Context is not null)
        {
            return auditor.TryAdd(evidence, StatementAuditVerdict.Allowed, Allowed) || !Enforces ? null : Denial.Of(StatementDenial.NotAudited);
        }

        // Whoever only observes must not be kept from it by a flood of refusals that are none.
        var reason = statement.Context is null ? StatementDenial.NoCatalog : statement.Refusal is null ? StatementDenial.Syntax : StatementDenial.Policy;
        auditor.TryAdd(evidence, StatementAuditVerdict.Observed, Denial.WordOf(reason));
        return null;
    }

    private void Renew(CompiledPolicy policy)
    {
        _policy = policy;
        var grant = policy.Grants.Get(_subject.Scopes, _subject.Details);
        if (grant != _grant)
        {
            _grant = grant;
            GrantNumber++;
            _context = null;
        }
    }
}
