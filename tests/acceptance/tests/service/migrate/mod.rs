//! An installation is moved to another: nobody is linked to a wrong debtor, nobody is there twice, and there is a way back.

mod back;
mod cut_off;
mod days;
mod meanwhile;
mod moving;
mod preview;
mod refusals;
