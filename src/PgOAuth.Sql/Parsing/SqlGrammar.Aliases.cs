using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>What FROM calls its relations.</content>
internal ref partial struct SqlGrammar
{
    private void SubselectAlias(int mark, int token)
    {
        var alias = OptAliasClause();
        Emit(N.RangeSubselect, mark, token, alias);
    }

    // alias_clause behind a join in brackets; the join is the last node.
    private bool JoinAlias()
    {
        if (Failed || !(Is(T.As) || Has(SqlTokenTraits.ColId)))
        {
            return false;
        }

        var join = _nodes[--_count];
        join.Payload = OptAliasClause();
        Put(join);
        return true;
    }

    /// <summary>opt_alias_clause: name and columns. Returns the name's token, or -1.</summary>
    private int OptAliasClause()
    {
        if (!Accept(T.As) && !Has(SqlTokenTraits.ColId))
        {
            return -1;
        }

        var alias = ColId();
        OptAliasColumns();
        return alias;
    }

    /// <summary>opt_name_list of an alias or WITH item, with a node for each name.</summary>
    private void OptAliasColumns()
    {
        if (!Accept(T.LeftParen))
        {
            return;
        }

        do
        {
            var column = ColId();
            Emit(N.AliasColumn, Mark, column);
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }
}
