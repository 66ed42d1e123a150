using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>ConstraintAttributeSpec: what may follow a constraint, and which kinds of constraint take it.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>ConstraintAttributeSpec.</summary>
    /// <param name="message">The error for attributes that are not allowed.</param>
    /// <param name="allowed">Those that are. NOT DEFERRABLE and INITIALLY IMMEDIATE always are.</param>
    private void ConstraintAttributeSpec(string message, SqlConstraintAttributes allowed)
    {
        var given = SqlConstraintAttributes.None;
        while (true)
        {
            var token = _pos;
            var attribute = ConstraintAttributeElem();
            if (attribute == SqlConstraintAttributes.None || Failed)
            {
                return;
            }

            given |= attribute;
            if (Both(given, SqlConstraintAttributes.NotDeferrable | SqlConstraintAttributes.InitiallyDeferred))
            {
                Fail("constraint declared INITIALLY DEFERRED must be DEFERRABLE", token);
            }
            else if (Both(given, SqlConstraintAttributes.NotDeferrable | SqlConstraintAttributes.Deferrable) ||
                Both(given, SqlConstraintAttributes.InitiallyDeferred | SqlConstraintAttributes.InitiallyImmediate) ||
                Both(given, SqlConstraintAttributes.NotEnforced | SqlConstraintAttributes.Enforced))
            {
                Fail("conflicting constraint properties", token);
            }
            else if ((attribute & ~(allowed | SqlConstraintAttributes.NotDeferrable | SqlConstraintAttributes.InitiallyImmediate)) != 0)
            {
                Fail(message, token);
            }
        }
    }

    private static bool Both(SqlConstraintAttributes given, SqlConstraintAttributes pair) => (given & pair) == pair;

    private SqlConstraintAttributes ConstraintAttributeElem()
    {
        switch (Kind)
        {
            case T.Deferrable:
                _pos++;
                return SqlConstraintAttributes.Deferrable;
            case T.Enforced:
                _pos++;
                return SqlConstraintAttributes.Enforced;
            case T.Initially:
                return InitiallyWhen();
            case T.No:
                _pos++;
                Expect(T.Inherit);
                return SqlConstraintAttributes.NoInherit;
            case T.Not:
                _pos++;
                if (Accept(T.Deferrable))
                {
                    return SqlConstraintAttributes.NotDeferrable;
                }

                if (Accept(T.Enforced))
                {
                    return SqlConstraintAttributes.NotEnforced;
                }

                Expect(T.Valid);
                return SqlConstraintAttributes.NotValid;
            default:
                return SqlConstraintAttributes.None;
        }
    }

    private SqlConstraintAttributes InitiallyWhen()
    {
        _pos++;
        if (Accept(T.Deferred))
        {
            return SqlConstraintAttributes.InitiallyDeferred;
        }

        Expect(T.Immediate);
        return SqlConstraintAttributes.InitiallyImmediate;
    }
}
