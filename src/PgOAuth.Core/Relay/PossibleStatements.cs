using PgOAuth.Enforcement;

namespace PgOAuth.Relay;

/// <summary>The texts that one name may stand for (stage 7): one, but for names given again while it is open what became of the last. <c>default</c> is none.</summary>
internal readonly struct PossibleStatements
{
    // Whoever gives a name more often without closing it prepares something else, or tries something.
    private const int Most = 8;

    private readonly Statement? _first;
    private readonly Statement[]? _others;

    internal PossibleStatements(Statement first) => _first = first;

    private PossibleStatements(Statement first, Statement[] others)
    {
        _first = first;
        _others = others;
    }

    /// <summary>Whether it is known what the name stands for: something, and not too many things.</summary>
    internal bool IsKnown => _first is not null && _others is not { Length: >= Most };

    /// <summary>One more.</summary>
    internal PossibleStatements With(Statement statement)
    {
        if (_first is null)
        {
            return new PossibleStatements(statement);
        }

        return _first == statement || Array.IndexOf(_others ?? [], statement) >= 0 || _others is { Length: >= Most }
            ? this
            : new PossibleStatements(_first, [.. _others ?? [], statement]);
    }

    /// <summary>Why it cannot be run now; null when every text that it may be is allowed.</summary>
    internal Denial? FindDenial(StatementCache cache, GateContext? context) =>
        Judge(cache, context) is { } statement ? statement.Denial : Denial.Of(StatementDenial.NotPrepared);

    /// <summary>The text that the verdict is about, as it is judged now: the first that is denied, else the first; null when nothing is known of the name.</summary>
    internal Statement? Judge(StatementCache cache, GateContext? context)
    {
        if (!IsKnown)
        {
            return null;
        }

        var first = cache.Judge(_first!, context);
        foreach (var other in first.Denial is null ? _others ?? [] : [])
        {
            if (cache.Judge(other, context) is { Denial: not null } denied)
            {
                return denied;
            }
        }

        return first;
    }
}
