using PgOAuth.Enforcement;

namespace PgOAuth.Relay;

/// <summary>The texts that one name may stand for (stage 7): one, but for names given again while it is open what became of the last. <c>default</c> is none.</summary>
internal readonly struct PossibleStatements
{
    /// <summary>No batch: what came in it is not known.</summary>
    internal const long NoBatch = -1;

    // Whoever gives a name more often without closing it prepares something else, or tries something.
    private const int Most = 8;

    private readonly Statement? _first;
    private readonly Statement[]? _others;
    private readonly Statement? _latest;
    private readonly long _batch;

    /// <param name="first">The text.</param>
    /// <param name="batch">The batch of a Parse message; <see cref="NoBatch"/> for PREPARE.</param>
    /// <param name="isLasting">Whether the name may be given again without a word; see <see cref="IsLasting"/>.</param>
    internal PossibleStatements(Statement first, long batch = NoBatch, bool isLasting = false)
        : this(first, null, first, batch, isLasting)
    {
    }

    private PossibleStatements(Statement first, Statement[]? others, Statement latest, long batch, bool isLasting)
    {
        _first = first;
        _others = others;
        _latest = latest;
        _batch = batch;
        IsLasting = isLasting;
    }

    /// <summary>Whether it is known what the name stands for: something, and not too many things.</summary>
    internal bool IsKnown => _first is not null && _others is not { Length: >= Most };

    /// <summary>Whether a PREPARE of it was itself prepared: each execution of that gives the name again.</summary>
    internal bool IsLasting { get; }

    /// <summary>Whether the catalog may be another one behind it.</summary>
    internal bool ChangesDefinitions =>
        _first is { ChangesDefinitions: true } || Array.Exists(_others ?? [], static other => other.ChangesDefinitions);

    /// <summary>One more.</summary>
    internal PossibleStatements With(Statement statement, long batch = NoBatch, bool isLasting = false)
    {
        if (_first is null)
        {
            return new PossibleStatements(statement, batch, isLasting);
        }

        var isThere = _first == statement || Array.IndexOf(_others ?? [], statement) >= 0 || _others is { Length: >= Most };
        return new PossibleStatements(_first, isThere ? _others : [.. _others ?? [], statement], statement, batch, isLasting || IsLasting);
    }

    /// <summary>Why it cannot be run now; null when every text that it may be is allowed.</summary>
    internal Denial? FindDenial(StatementCache cache, GateContext? context) =>
        Judge(cache, context) is { } statement ? statement.Denial : Denial.Of(StatementDenial.NotPrepared);

    /// <summary>The text that the verdict is about, as it is judged now: the first that is denied, else the first; null when nothing is known of the name.</summary>
    /// <param name="cache">Judges.</param>
    /// <param name="context">What it is judged in.</param>
    /// <param name="batch">The batch in which the name is used: behind a Parse of the same batch it is that one, for if the Parse fails nothing else of the batch runs.</param>
    internal Statement? Judge(StatementCache cache, GateContext? context, long batch = NoBatch)
    {
        if (_latest is not null && batch != NoBatch && batch == _batch && !IsLasting)
        {
            return cache.Judge(_latest, context);
        }

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
