using PgOAuth.Enforcement;

namespace PgOAuth.Relay;

/// <summary>One message that was sent and is not answered yet, and what its reply means for prepared statements (stage 6).</summary>
internal struct OwedReply
{
    private readonly object? _subject;

    internal OwedReply(ReplyKind kind, ReplyUse use = ReplyUse.Pass, ServerStatement? statement = null, ClientStatement? name = null)
    {
        Kind = kind;
        Use = use;
        _subject = statement;
        Name = name;
    }

    private OwedReply(ReplyKind kind, Statement? unnamed, ClientStatement? name)
    {
        Kind = kind;
        Use = ReplyUse.Unnamed;
        _subject = unnamed;
        Name = name;
    }

    internal ReplyKind Kind { get; }

    internal ReplyUse Use { get; }

    /// <summary>The first half of the reply has come: ParameterDescription.</summary>
    internal bool IsHalfway { get; set; }

    /// <summary>What it does to a statement of the server's, or uses.</summary>
    internal readonly ServerStatement? Statement => _subject as ServerStatement;

    /// <summary>What the client's unnamed statement is behind it, with <see cref="ReplyUse.Unnamed"/>.</summary>
    internal readonly Statement? Unnamed => _subject as Statement;

    /// <summary>The name that it gives or takes in the client's session.</summary>
    internal ClientStatement? Name { get; }

    /// <summary>A message behind which the client's unnamed statement is another, or none.</summary>
    internal static OwedReply OfUnnamed(ReplyKind kind, Statement? statement, ClientStatement? name = null) => new(kind, statement, name);

    /// <summary>The server did it.</summary>
    internal readonly void Done()
    {
        switch (Kind)
        {
            case ReplyKind.Parse:
                Statement?.Parsed();
                break;

            case ReplyKind.Close:
                Statement?.Closed();
                break;
        }

        if (Name is not null)
        {
            Name.IsConfirmed = true;
        }
    }

    /// <summary>The server answered with an error.</summary>
    internal readonly void Failed(StatementFault fault)
    {
        Statement?.Failed(fault, changes: Kind is ReplyKind.Parse or ReplyKind.Close);
        GiveBack();
    }

    /// <summary>The server discarded it unread.</summary>
    internal readonly void Skipped()
    {
        if (Kind is ReplyKind.Parse or ReplyKind.Close)
        {
            Statement?.Skipped();
        }

        GiveBack();
    }

    // What a message gives it does not give, and what it takes it does not take.
    private readonly void GiveBack()
    {
        if (Kind is ReplyKind.Parse || (Use & ReplyUse.AsParse) != 0)
        {
            Name?.Void();
        }
        else
        {
            Name?.Restore();
        }
    }
}
