namespace PgOAuth.Relay;

/// <summary>One message that was sent and is not answered yet, and what its reply means for prepared statements (stage 6).</summary>
internal struct OwedReply
{
    internal OwedReply(ReplyKind kind, ReplyUse use = ReplyUse.Pass, ServerStatement? statement = null, ClientStatement? name = null)
    {
        Kind = kind;
        Use = use;
        Statement = statement;
        Name = name;
    }

    internal ReplyKind Kind { get; }

    internal ReplyUse Use { get; }

    /// <summary>The first half of the reply has come: ParameterDescription.</summary>
    internal bool IsHalfway { get; set; }

    /// <summary>What it does to a statement of the server's, or uses.</summary>
    internal ServerStatement? Statement { get; }

    /// <summary>The name that it gives or takes in the client's session.</summary>
    internal ClientStatement? Name { get; }

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
            if ((Use & ReplyUse.Deallocates) != 0)
            {
                Name.Remove();
            }
        }
    }

    /// <summary>The server answered with an error.</summary>
    internal readonly void Failed(StatementFault fault)
    {
        Statement?.Failed(fault, changes: Kind is ReplyKind.Parse or ReplyKind.Close);
        if (Kind is ReplyKind.Parse || (Use & ReplyUse.AsParse) != 0)
        {
            Name?.Remove();
        }
    }

    /// <summary>The server discarded it unread.</summary>
    internal readonly void Skipped()
    {
        if (Kind is ReplyKind.Parse)
        {
            Statement?.Skipped();
            Name?.Remove();
        }
        else if (Kind is ReplyKind.Close)
        {
            Statement?.Skipped();
            if ((Use & ReplyUse.AsParse) != 0)
            {
                Name?.Remove();
            }
            else
            {
                Name?.Restore();
            }
        }
    }
}
