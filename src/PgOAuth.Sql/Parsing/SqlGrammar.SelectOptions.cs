using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>What follows a whole SELECT: ORDER BY, LIMIT and OFFSET, row locks.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>sort_clause.</summary>
    private void SortClause()
    {
        var mark = Mark;
        var token = _pos;
        Expect(T.Order, T.By);
        do
        {
            AExpr();
            if (Accept(T.Using))
            {
                QualAllOp();
            }
            else
            {
                OptAscDesc();
            }

            OptNullsOrder();
        }
        while (Accept(T.Comma));

        Emit(N.SortClause, mark, token);
    }

    private void OptAscDesc() => _ = Accept(T.Asc) || Accept(T.Desc);

    private void OptNullsOrder()
    {
        if (Accept(T.NullsLa) && !Accept(T.First))
        {
            Expect(T.Last);
        }
    }

    // ORDER BY, LIMIT, locks and WITH belong to the SELECT before them, also to one in brackets: its node, the last one so
    // far, is taken off and put back over them. gram.y's insertSelectOptions tells what may not be given twice.
    private void SelectOptions(int mark, int token, int with)
    {
        if (Failed || (with < 0 && !(Kind is T.Order or T.Limit or T.Offset or T.Fetch or T.For)))
        {
            return;
        }

        var flags = _nodes[--_count].Flags;
        if (with >= 0)
        {
            Once(F.HasWith, ref flags, "multiple WITH clauses not allowed");
        }
        else
        {
            // A WITH within the brackets covers what comes around them as well.
            with = _nodes[_count].Payload;
        }

        if (Is(T.Order))
        {
            Once(F.Sorted, ref flags, "multiple ORDER BY clauses not allowed");
            SortClause();
        }

        var hadTies = (flags & F.WithTies) != 0;
        if (Is(T.For))
        {
            ForLockingClause(ref flags);
            SelectLimit(ref flags);
        }
        else
        {
            SelectLimit(ref flags);
            ForLockingClause(ref flags);
        }

        // Asked when WITH TIES is given, of the locks so far: not of those that come around the brackets.
        if (!hadTies && (flags & (F.SkipLocked | F.WithTies)) == (F.SkipLocked | F.WithTies))
        {
            Fail("SKIP LOCKED and WITH TIES options cannot be used together");
        }

        EmitWith(N.SelectStmt, mark, token, with, flags, with);
    }

    private void Once(F flag, ref F flags, string message)
    {
        if ((flags & flag) != 0)
        {
            Fail(message);
        }

        flags |= flag;
    }

    private void SelectLimit(ref F flags)
    {
        if (!(Kind is T.Limit or T.Offset or T.Fetch))
        {
            return;
        }

        var mark = Mark;
        var token = _pos;
        var hadTies = (flags & F.WithTies) != 0;
        if (Is(T.Offset))
        {
            OffsetClause(ref flags);
            if (Kind is T.Limit or T.Fetch)
            {
                LimitClause(ref flags);
            }
        }
        else
        {
            LimitClause(ref flags);
            if (Is(T.Offset))
            {
                OffsetClause(ref flags);
            }
        }

        Emit(N.LimitClause, mark, token);
        if (!hadTies && (flags & (F.WithTies | F.Sorted)) == F.WithTies)
        {
            Fail("WITH TIES cannot be specified without ORDER BY clause", token);
        }
    }

    private void OffsetClause(ref F flags)
    {
        Once(F.Offset, ref flags, "multiple OFFSET clauses not allowed");
        Expect(T.Offset);
        if (Kind is T.Plus or T.Minus && Peek(1) is T.IConst or T.FConst && Peek(2) is T.Row or T.Rows)
        {
            _pos += 3;
            return;
        }

        AExprAndIsCExpr(out var single);
        if (single)
        {
            _ = Accept(T.Row) || Accept(T.Rows);
        }
    }

    private void LimitClause(ref F flags)
    {
        Once(F.Limited, ref flags, "multiple LIMIT clauses not allowed");
        if (Accept(T.Limit))
        {
            if (!Accept(T.All))
            {
                AExpr();
            }

            return;
        }

        Expect(T.Fetch);
        if (!Accept(T.First))
        {
            Expect(T.Next);
        }

        // ROW may also be the name of the column that tells how many rows.
        if (!(Kind is T.Row or T.Rows && Peek(1) is T.Only or T.With))
        {
            if (Accept(T.Plus) || Accept(T.Minus))
            {
                if (!Accept(T.IConst))
                {
                    Expect(T.FConst);
                }
            }
            else
            {
                CExpr();
            }
        }

        if (!Accept(T.Row))
        {
            Expect(T.Rows);
        }

        if (!Accept(T.Only))
        {
            Expect(T.With, T.Ties);
            flags |= F.WithTies;
        }
    }

    private void ForLockingClause(ref F flags)
    {
        if (Accept(T.For, T.Read))
        {
            Expect(T.Only);
            return;
        }

        while (Is(T.For))
        {
            var mark = Mark;
            var token = _pos++;
            SqlLockStrength strength;
            if (Accept(T.Update))
            {
                strength = SqlLockStrength.ForUpdate;
            }
            else if (Accept(T.Share))
            {
                strength = SqlLockStrength.ForShare;
            }
            else if (Accept(T.Key))
            {
                Expect(T.Share);
                strength = SqlLockStrength.ForKeyShare;
            }
            else
            {
                Expect(T.No, T.Key, T.Update);
                strength = SqlLockStrength.ForNoKeyUpdate;
            }

            if (Accept(T.Of))
            {
                do
                {
                    var relation = QualifiedName(F.None);
                    _nodes[relation].Kind = N.LockedRelation;
                }
                while (Accept(T.Comma));
            }

            if (Accept(T.Skip, T.Locked))
            {
                flags |= F.SkipLocked;
            }
            else
            {
                Accept(T.Nowait);
            }

            Emit(N.LockingClause, mark, token, (int)strength);
        }
    }
}
