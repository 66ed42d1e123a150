using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Resolution;
using PgOAuth.Sql.Syntax;

namespace PgOAuth.Enforcement.Policy;

/// <summary>
/// Finds for each thing that a statement needs the rule that allows it (stage 7). Stops at the first refusal, unless somebody wants to see
/// them all. Its methods return the refusal; null says: go on.
/// </summary>
internal readonly ref struct StatementJudge
{
    private readonly Grant _grant;
    private readonly StatementFacts _facts;
    private readonly DecisionTrace? _trace;
    private readonly StatementRequirement _root;

    internal StatementJudge(Grant grant, in StatementFacts facts, DecisionTrace? trace)
    {
        _grant = grant;
        _facts = facts;
        _trace = trace;
        _root = StatementRequirements.Of(facts.Statement.Kind, facts.Words);
    }

    internal StatementFacts Facts => _facts;

    /// <summary>What the statement needs, by its kind and words.</summary>
    internal StatementRequirement Root => _root;

    internal StatementDecision Run()
    {
        var refusal = _facts.Accesses.Failure is { } failure
            ? Refuse(PolicyRefusalReason.NotUnderstood, failure, 0, _facts.Accesses.FailureToken, _facts.Accesses.FailureEndToken)
            : _facts.Accesses.Count == 0 ? RefuseAccess("nothing is known of it", 0)
            : KnownCode.IsDumpRestriction(new StatementTokens(_facts.Text, _facts.Words)) ? Check(PolicyRequest.OfSessionCommand, 0)
            : CheckKinds() ?? new AccessJudge(this).Run();
        refusal ??= _trace?.FirstRefusal;
        return refusal is null ? StatementDecision.Allow : StatementDecision.Refuse(refusal);
    }

    /// <summary>Looks for the rule about one thing.</summary>
    /// <param name="access">The access that needs it.</param>
    /// <param name="token">First token of what is to be shown.</param>
    /// <param name="endToken">Token after it.</param>
    internal PolicyRefusal? Check(scoped in PolicyRequest request, int access, int token, int endToken)
    {
        var denial = request.FindDenial(_grant.Deny);
        if (denial is null && request.FindAllowance(_grant.Allow, _grant.Policy.Baseline) is { } rule)
        {
            Note(request, token, endToken, rule);
            return null;
        }

        if (_trace is { IsFull: true, FirstRefusal: { } first })
        {
            _trace.Cut();
            return first;
        }

        var span = _facts.SpanOf(token, endToken);
        return Refuse(new PolicyRefusal
        {
            Reason = denial is null ? PolicyRefusalReason.NotGranted : PolicyRefusalReason.Denied,
            Subject = request.Describe(),
            Start = span.Start,
            End = span.End,
            Access = access,
            Denial = denial,
            Scopes = denial is null ? FindScopes(request) : [],
        });
    }

    /// <summary>As the other, at the place of the access.</summary>
    internal PolicyRefusal? Check(scoped in PolicyRequest request, int access)
    {
        ref readonly var place = ref _facts.Accesses.Accesses[access];
        return Check(request, access, place.Token, place.EndToken);
    }

    /// <summary>What is done to a relation as a whole, or to one that nobody knows.</summary>
    internal PolicyRefusal? CheckRelation(StatementPermissions anyOf, SqlRelation relation, int access) =>
        relation.IsUnknown ? new UnknownJudge(this).CheckRelation(anyOf, relation, access) : Check(PolicyRequest.OfRelation(anyOf, relation), access);

    /// <summary>Whether no rule about the thing denies it; nobody need allow it.</summary>
    internal PolicyRefusal? CheckNotDenied(scoped in PolicyRequest request, int access) =>
        request.FindDenial(_grant.Deny) is null ? null : Check(request, access);

    /// <summary>Whether no relation, nor a column of one, is denied in any way.</summary>
    internal PolicyRefusal? CheckNothingDenied(string subject, int access)
    {
        foreach (var rule in _grant.Deny.Rules)
        {
            if ((rule.Permissions & StatementPermissions.Everything) != 0)
            {
                ref readonly var place = ref _facts.Accesses.Accesses[access];
                var (start, end) = _facts.SpanOf(place.Token, place.EndToken);
                return Refuse(new PolicyRefusal { Reason = PolicyRefusalReason.Denied, Subject = subject, Start = start, End = end, Access = access, Denial = rule });
            }
        }

        return null;
    }

    /// <summary>Whether it is allowed and nobody wants to know by what; if not, <see cref="Check(in PolicyRequest, int, int, int)"/> tells why.</summary>
    internal bool IsAllowed(scoped in PolicyRequest request) =>
        _trace is null
        && request.FindDenial(_grant.Deny) is null
        && request.FindAllowance(_grant.Allow, _grant.Policy.Baseline) is not null;

    /// <summary>Whether a rule allows all of a relation and none denies anything of it: its columns need not be asked for one by one.</summary>
    internal bool IsWhole(scoped in PolicyRequest relation)
    {
        var whole = relation.Whole();
        return whole.FindDenial(_grant.Deny) is null
            && whole.FindAllowance(_grant.Allow, _grant.Policy.Baseline) is not null;
    }

    internal PolicyRefusal? RefuseAccess(string why, int access)
    {
        var (token, endToken) = (_facts.Nodes[_facts.Statement.Root].Token, _facts.Nodes[_facts.Statement.Root].EndToken);
        if (access < _facts.Accesses.Count)
        {
            ref readonly var place = ref _facts.Accesses.Accesses[access];
            (token, endToken) = (place.Token, place.EndToken);
        }

        return Refuse(PolicyRefusalReason.NotUnderstood, why, access, token, endToken);
    }

    internal PolicyRefusal? Refuse(PolicyRefusalReason reason, string subject, int access, int token, int endToken)
    {
        var (start, end) = _facts.SpanOf(token, endToken);
        return Refuse(new PolicyRefusal { Reason = reason, Subject = subject, Start = start, End = end, Access = access });
    }

    private PolicyRefusal? Refuse(PolicyRefusal refusal)
    {
        _trace?.Add(new DecisionTraceEntry(refusal.Subject, refusal.Start, refusal.End, refusal.Denial, refusal));
        return _trace is null or { IsFull: true } ? _trace?.FirstRefusal ?? refusal : null;
    }

    private void Note(scoped in PolicyRequest request, int token, int endToken, CompiledRule rule)
    {
        if (_trace is { IsFull: true })
        {
            _trace.Cut();
        }
        else if (_trace is not null)
        {
            var (start, end) = _facts.SpanOf(token, endToken);
            _trace.Add(new DecisionTraceEntry(request.Describe(), start, end, rule, null));
        }
    }

    // The statement, and those inside it: EXPLAIN, PREPARE, CREATE SCHEMA and RULE hold others.
    private PolicyRefusal? CheckKinds()
    {
        var root = _facts.Statement.Root;
        for (var i = _facts.Nodes[root].First; i <= root; i++)
        {
            if (SqlStatementNames.IsStatement(_facts.Nodes[i].Kind) && CheckKind(i) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private PolicyRefusal? CheckKind(int index)
    {
        ref readonly var node = ref _facts.Nodes[index];
        var requirement = RequirementOf(index);
        switch (requirement.Class)
        {
            case StatementClass.Accesses:
            case StatementClass.Settings when index != _facts.Statement.Root:
                return null;
            case StatementClass.Settings:
                return CheckSettingsNamed();
            case StatementClass.Session:
                return Check(PolicyRequest.OfSessionCommand, 0, node.Token, node.EndToken);
            case StatementClass.Permission when node.Kind is SqlNodeKind.RenameStmt && _facts.Tokens[node.Token + 1].Kind is SqlTokenKind.Schema:
                return new RenameJudge(this).CheckSchema();
            case StatementClass.Permission:
                return !requirement.IsDangerous && AccessCoverage.IsCovered(_facts.Accesses, node.Kind)
                    ? null
                    : Check(PolicyRequest.OfEverything(requirement.Permission), 0, node.Token, node.EndToken);
            default:
                return Refuse(PolicyRefusalReason.NeverAllowed, SqlStatementNames.Of(node.Kind), 0, node.Token, node.EndToken);
        }
    }

    private StatementRequirement RequirementOf(int index)
    {
        var words = _facts.WordsOf(index);
        return _facts.Nodes[index].Kind is SqlNodeKind.DoStmt && KnownCode.IsSchemaCreation(new StatementTokens(_facts.Text, words))
            ? StatementRequirement.Needs(StatementPermissions.Ddl)
            : StatementRequirements.Of(_facts.Nodes[index].Kind, words);
    }

    // SET, RESET and SHOW that name no setting: ALL, and the modes of transactions.
    private PolicyRefusal? CheckSettingsNamed()
    {
        foreach (ref readonly var access in _facts.Accesses.Accesses)
        {
            if (access.Kind is SqlAccessKind.SetSetting or SqlAccessKind.ShowSetting)
            {
                return null;
            }
        }

        var words = _facts.Words;
        if (SettingForms.IsShowAll(words))
        {
            return Check(PolicyRequest.OfSetting(default, isShow: true), 0);
        }

        return SettingForms.IsSessionCommand(words)
            ? Check(PolicyRequest.OfSessionCommand, 0)
            : RefuseAccess("the setting is not known", 0);
    }

    private string[] FindScopes(scoped in PolicyRequest request)
    {
        var found = new List<string>();
        foreach (var scope in _grant.Policy.Scopes)
        {
            if (request.FindAllowance(scope.Allow, _grant.Policy.Baseline) is not null && request.FindDenial(scope.Deny) is null)
            {
                found.Add(scope.Name);
            }
        }

        return [.. found];
    }
}
